/** Español: usted. */
export default {
  title: 'Chat en directo',
  close: 'Cerrar el chat',
  menu: 'Opciones',
  log: 'Conversación',
  you: 'Usted',
  team: 'Nuestro equipo',
  today: 'Hoy',
  earlier: 'Mensajes anteriores',
  newer: 'Mensajes nuevos',

  hello: '¡Hola!',
  'intro.chat': '¿En qué podemos ayudarle? Escríbanos y le responderemos aquí mismo.',

  queued: 'Ocupa el puesto {n} de la cola.',
  next: 'El próximo turno es el suyo.',
  lost: 'Sin conexión.',
  again: 'Nuevo intento en {n} s',
  now: 'Reintentar ahora',

  write: 'Escribir un mensaje',
  send: 'Enviar',

  'line.sending': 'Enviando',
  'line.stored': 'Enviado',
  'line.delivered': 'Entregado',
  'line.read': 'Leído',
  'line.failed': 'No enviado',
  'problem.other': 'Este mensaje no se ha aceptado.',
  retry: 'Reintentar',
};
