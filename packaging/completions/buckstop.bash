# Completion for bash: the program itself says how a command line can go on, so this never has to change with it.
_buckstop() {
    local answer
    COMPREPLY=()
    while IFS= read -r answer; do
        if [[ $answer == :files ]]; then
            compopt -o default # readline's own names of files, wherever nothing else was found
        else
            COMPREPLY+=("${answer%%$'\t'*}")
        fi
    done < <("${COMP_WORDS[0]}" complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _buckstop buckstop
