import { startDatadog } from './datadog.ts';
import { startOfficial } from './official.ts';
import { startOurs } from './ours.ts';
import type { Subject, SubjectName, SubjectOptions } from './subject.ts';

export function startSubject(name: SubjectName, options: SubjectOptions): Subject {
  switch (name) {
    case 'ours':
      return startOurs(options);
    case 'ours-worker':
      return startOurs(options, { inThread: true });
    case 'official':
      return startOfficial(options);
    case 'dd-trace':
      return startDatadog(options);
    default:
      return name satisfies never;
  }
}
