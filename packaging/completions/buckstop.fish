# Completion for fish: the program itself says how a command line can go on, so this never has to change with it.
function __buckstop_complete
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    set -l typed (commandline --current-token --cut-at-cursor)
    for answer in (command $words[1] complete $words[2..] "$typed" 2>/dev/null)
        if test $answer = :files
            __fish_complete_path "$typed"
        else
            echo $answer
        end
    end
end
complete --command buckstop --no-files --arguments '(__buckstop_complete)'
