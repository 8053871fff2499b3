/** Türkçe: siz. */
export default {
  title: 'Canlı destek',
  close: 'Sohbeti kapat',
  menu: 'Seçenekler',
  log: 'Görüşme',
  you: 'Siz',
  team: 'Ekibimiz',
  today: 'Bugün',
  earlier: 'Önceki mesajlar',
  newer: 'Yeni mesajlar',

  hello: 'Merhaba!',
  'intro.chat': 'Size nasıl yardımcı olabiliriz? Bize yazın, yanıtımız hemen burada olacak.',

  queued: 'Sıradaki yeriniz: {n}.',
  next: 'Sıradaki sizsiniz.',
  lost: 'Bağlantı yok.',
  again: '{n} sn sonra yeniden denenecek',
  now: 'Şimdi dene',

  write: 'Mesaj yazın',
  send: 'Gönder',

  'line.sending': 'Gönderiliyor',
  'line.stored': 'Gönderildi',
  'line.delivered': 'İletildi',
  'line.read': 'Okundu',
  'line.failed': 'Gönderilemedi',
  'problem.other': 'Bu mesaj kabul edilmedi.',
  retry: 'Yeniden dene',
};
