/** Drawings of the panel: strokes on a 24 × 24 field. */
export const CLOSE = 'M6 6l12 12M18 6L6 18';
export const DOWN = 'M6 9l6 6 6-6';
export const MORE = 'M5 12h.01M12 12h.01M19 12h.01';
export const SEND = 'M5 12h14M13 6l6 6-6 6';
export const SENDING = 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18';
export const STORED = 'M5 13l4 4L19 7';
export const DELIVERED = 'M2 13l4 4L16 7M12 16l1 1L22 7';
export const READ = 'M2 12s3.5-6 10-6 10 6 10 6-3.5 6-10 6-10-6-10-6M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5';
export const FAILED = 'M12 8v5M12 16h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18';
export const CHAT = 'M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 20l1.2-5A8.5 8.5 0 1 1 21 11.5';
export const FILE = 'M6 3h8l5 5v13H6zM14 3v5h5';
export const CLIP = 'M20.5 11.5l-8.6 8.6a5.5 5.5 0 0 1-7.8-7.8l8.6-8.6a3.7 3.7 0 0 1 5.2 5.2l-8.6 8.6a1.8 1.8 0 0 1-2.6-2.6l7.9-7.9';
