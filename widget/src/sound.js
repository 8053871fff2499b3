/**
 * Two soft notes, made by the browser: no file, so that no Content-Security-Policy is in the way. Browsers make a sound only
 * after somebody has pressed something in the page.
 */
const NOTES = [659, 880];
const NOTE_S = 0.16;
const LOUD = 0.12;

/** @returns {{unlock(): void, play(): void}} unlock: somebody presses something just now */
export function makeSound() {
  /** @type {AudioContext|undefined} */
  let audio;

  /** @param {AudioContext} on */
  function ring(on) {
    NOTES.forEach((frequency, i) => {
      const begin = on.currentTime + i * NOTE_S;
      const note = on.createOscillator();
      const loudness = on.createGain();
      note.frequency.value = frequency;
      loudness.gain.setValueAtTime(0.0001, begin);
      loudness.gain.exponentialRampToValueAtTime(LOUD, begin + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, begin + NOTE_S * 2);
      note.connect(loudness).connect(on.destination);
      note.start(begin);
      note.stop(begin + NOTE_S * 2);
    });
  }

  return {
    unlock() {
      if (!audio && 'AudioContext' in globalThis) audio = new AudioContext();
    },
    play() {
      audio?.resume().then(() => audio && ring(audio), () => {}); // a device without sound is no mistake
    },
  };
}
