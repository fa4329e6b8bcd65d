// Coming in: sign-in, set-up, invitations, recovery codes.
export default {
  'sign-in': 'Sign in',
  'sign-in-title': 'Good to have you back',
  email: 'E-mail address',
  password: 'Password',
  'forgotten-link': 'I’ve forgotten my password',
  'hint-title': 'Just looking?',
  motto: 'A deal that was lost can still win the next one.',
  'motto-more': 'Own it, find the lesson in it, and have that lesson beside you when it counts.',

  'forgotten-title': 'A new password',
  'forgotten-text': 'Give us your e-mail address. If you sign in with it, a link will be on its way.',
  'forgotten-no-mail':
    'This Buckstop sends no mail. Ask an administrator of yours for a link: they find it under your name in the list of people.',
  'forgotten-send': 'Send me a link',
  'to-sign-in': 'To sign-in',

  'setup-title': 'Set up Buckstop',
  'setup-text':
    'Nobody can sign in here yet. You will be the first administrator; everything can be changed later.',
  'setup-seen': 'Only who has the set-up token can do this, and only once.',
  token: 'Set-up token',
  'token-hint': 'The program wrote it where it was started: look at its output, or at its log.',
  'setup-organisation': 'Your organisation',
  'organisation-name': 'Name',
  currency: 'Currency',
  'currency-hint': 'Of amounts that come without one.',
  'time-zone': 'Time zone',
  'time-zone-hint': 'What day it is when something is due.',
  'setup-you': 'You',
  'your-name': 'Your name',
  'new-password': 'Password',
  'password-hint': 'Ten characters or more. A few words that only you would put together are best.',
  'setup-go': 'Set up Buckstop',

  'invited-title': 'Welcome, {name}',
  'invited-text': '{organisation} invites you to Buckstop. Choose a password for {email}.',
  'reset-title': 'A new password, {name}',
  'reset-text': 'Choose a new password for {email}.',
  'reset-seals':
    'Drafts that you haven’t shared stay sealed until you enter your recovery code. Nobody else can open them, and this link can’t either.',
  accept: 'Go in',
  'link-bad-title': 'This link doesn’t work any more',
  'link-bad-text': 'It was used already, or it is too old. Ask whoever sent it for a new one.',

  'code-title': 'Your recovery code',
  'code-text':
    'What you write before you share it is encrypted so that only you can open it. If you ever forget your password, this code opens it again. We keep no copy.',
  'code-seen': 'Only you see this, and only now.',
  'code-label': 'Recovery code',
  'code-kept': 'I have kept it in a safe place',
  'code-go': 'Go on',
  'code-printed': 'Buckstop recovery code of {name}, {organisation}',
  'code-where': 'A password manager is a good place. So is a drawer at home.',

  'unseal-title': 'Your earlier drafts are sealed',
  'unseal-text':
    'Your password was replaced by a link, and a new password can’t open what the old one closed. That protects your words from whoever else might get such a link. Your recovery code opens them.',
  'unseal-code': 'Recovery code',
  'unseal-code-hint':
    'Ten or so groups of letters and digits that you were shown at your first sign-in. Capitals and dashes don’t matter.',
  'unseal-go': 'Open my drafts',
  'unseal-later': 'Later',
  'unseal-lost-title': 'If the code is lost',
  'unseal-lost':
    'Then nobody can open those drafts, not we and not an administrator. What you have shared is untouched, and you can begin a sealed debrief anew.',
  'unseal-done':
    '{count, plural, =0 {Everything is open again.} one {One draft is open again.} other {# drafts are open again.}}',
  'unseal-seen': 'Only you can see your drafts.',
} as const;
