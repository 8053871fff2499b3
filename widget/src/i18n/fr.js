/** Français: vous. Devant deux points, point d'exclamation et d'interrogation: une espace insécable. */
export default {
  title: 'Discussion en direct',
  close: 'Fermer le chat',
  menu: 'Options',
  log: 'Conversation',
  you: 'Vous',
  team: 'Notre équipe',
  today: 'Aujourd’hui',
  earlier: 'Messages précédents',
  newer: 'Nouveaux messages',

  hello: 'Bonjour !',
  'intro.chat': 'Comment pouvons-nous vous aider ? Écrivez-nous, la réponse arrive ici même.',

  queued: 'Vous êtes en position {n} dans la file d’attente.',
  next: 'Vous êtes en tête de la file d’attente.',
  lost: 'Pas de connexion.',
  again: 'Nouvel essai dans {n} s',
  now: 'Réessayer maintenant',

  write: 'Écrire un message',
  send: 'Envoyer',

  'line.sending': 'Envoi en cours',
  'line.stored': 'Envoyé',
  'line.delivered': 'Remis',
  'line.read': 'Lu',
  'line.failed': 'Non envoyé',
  'problem.other': 'Ce message n’a pas été accepté.',
  retry: 'Réessayer',
};
