import type { Job } from '../../../api/types';
import { m } from '../../../locales/paraglide/messages';
import { getLocale } from '../../../locales/paraglide/runtime';
import { kindWord } from '../../../locales/words/kinds';

/** What is said aloud: priority, kind, minutes. Never a person, a number or a plate. */
export function offerSentence({ assignment, incident }: Job): string {
  const minutes =
    assignment.eta_seconds === null ? null : Math.max(1, Math.round(assignment.eta_seconds / 60));
  const drill = incident.drill ? `${m.drill_speech()} ` : '';
  const start = drill + m.speech_offer({ level: incident.priority, kind: kindWord(incident.kind) });
  return minutes === null ? start : `${start} ${m.speech_minutes({ count: minutes })}`;
}

export function say(sentence: string): void {
  if (!('speechSynthesis' in window)) return;
  const utterance = new SpeechSynthesisUtterance(sentence);
  utterance.lang = getLocale();
  const voice = speechSynthesis.getVoices().find(({ lang }) => lang.startsWith(getLocale()));
  if (voice) utterance.voice = voice;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}

export function hush(): void {
  if ('speechSynthesis' in window) speechSynthesis.cancel();
}
