import { partRow } from '../examples.ts';
import { addMimeType, stripDataUri } from '../fixes/media.ts';
import { defineRules } from '../rule.ts';

const FILE_DATA = { where: 'google.cloud.aiplatform.v1.FileData', confidence: 'A' } as const;
const BLOB = { where: 'google.cloud.aiplatform.v1.Blob', confidence: 'A' } as const;
const file = (fileUri: string, mimeType?: string) =>
  partRow({ fileData: { fileUri, ...(mimeType && { mimeType }) } });
const inline = (data: string, mimeType?: string) =>
  partRow({ inlineData: { data, ...(mimeType && { mimeType }) } });
const GOOD = [file('gs://acme-batch/img/7.jpg', 'image/jpeg')];
const PIXEL = 'iVBORw0KGgo=';

/** Pictures, sound, film and documents in a request. */
export const MEDIA_RULES = defineRules({
  'media-uri-scheme': {
    severity: 'error',
    breaks: 'rows',
    says: 'A fileUri is not one that Vertex AI can read.',
    why: 'It reads gs:// objects, public web addresses and public YouTube videos; not local files and not other clouds.',
    source: FILE_DATA,
    mend: 'Copy the file to Cloud Storage and give its gs:// URI.',
    bad: [file('s3://acme/7.jpg', 'image/jpeg')],
    good: GOOD,
  },
  'files-api-uri': {
    severity: 'error',
    breaks: 'rows',
    says: 'A fileUri names a file of the Gemini Developer API.',
    why: 'Vertex AI does not see files that were uploaded with the Files API.',
    source: { where: 'ai.google.dev/api/files', confidence: 'A' },
    mend: 'Copy the file to Cloud Storage and give its gs:// URI.',
    bad: [file('https://generativelanguage.googleapis.com/v1beta/files/abc', 'image/jpeg')],
    good: GOOD,
  },
  'gs-uri-form': {
    severity: 'error',
    breaks: 'rows',
    says: 'A gs:// URI does not name one object.',
    why: 'It needs a bucket and an object; patterns work for the input of a job only.',
    source: { where: 'cloud.google.com/storage/docs/objects#naming', confidence: 'A' },
    mend: 'Write gs://bucket/path/to/object.',
    bad: [file('gs://acme-batch/img/*.jpg', 'image/jpeg')],
    good: GOOD,
  },
  'gs-uri-encoded': {
    severity: 'warning',
    says: 'A gs:// URI has percent signs as in web addresses.',
    why: 'The name of an object is taken letter by letter: for a%207.jpg the API answers "No such object" where a 7.jpg is.',
    source: { where: 'vercel/ai#21265', confidence: 'B' },
    mend: 'Write the name as the bucket has it, spaces and all.',
    bad: [file('gs://acme-batch/img/a%207.jpg', 'image/jpeg')],
    good: [file('gs://acme-batch/img/a 7.jpg', 'image/jpeg')],
  },
  'media-not-found': {
    severity: 'error',
    breaks: 'rows',
    says: 'An object that a fileUri names is not in Cloud Storage.',
    why: 'The row fails. The first objects that a file names are looked up, where the caller may look.',
    source: FILE_DATA,
    mend: 'Copy the file there, or correct the URI; names differ by case.',
    given: { missing: ['gs://acme-batch/img/gone.jpg'] },
    bad: [file('gs://acme-batch/img/gone.jpg', 'image/jpeg')],
    good: GOOD,
  },
  'storage-web-link': {
    severity: 'warning',
    says: 'An object of Cloud Storage is given by a web address.',
    why: 'A web address is read without your rights: the object must be public.',
    source: { where: 'inference', confidence: 'C' },
    mend: 'Write gs://bucket/object.',
    bad: [file('https://storage.cloud.google.com/acme-batch/img/7.jpg', 'image/jpeg')],
    good: GOOD,
  },
  'mime-type-missing': {
    severity: 'error',
    breaks: 'rows',
    says: 'A medium has no mimeType.',
    why: 'The API answers "it must have a mimeType parameter"; it is not guessed from the name.',
    source: FILE_DATA,
    mend: 'Add "mimeType", such as image/jpeg or application/pdf.',
    bad: [file('gs://acme-batch/img/7.jpg')],
    good: GOOD,
    fix: addMimeType,
  },
  'mime-type-unknown': {
    severity: 'warning',
    says: 'A mimeType is not one that Gemini is known to read.',
    why: 'It reads images, audio, video, PDF and text; office documents, archives and SVG have to be converted.',
    source: { where: "Vertex AI, the models' pages", confidence: 'A' },
    mend: 'Convert the file, or correct the type.',
    bad: [
      file(
        'gs://acme-batch/a.docx',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      ),
    ],
    good: [file('gs://acme-batch/a.pdf', 'application/pdf')],
  },
  'mime-type-mismatch': {
    severity: 'warning',
    says: 'A mimeType does not fit the name of the file.',
    why: 'The file is read as what mimeType says.',
    source: FILE_DATA,
    mend: 'Correct the type, or ignore this where the name is wrong.',
    bad: [file('gs://acme-batch/a.pdf', 'image/png')],
    good: [file('gs://acme-batch/a.pdf', 'application/pdf')],
  },
  'medium-not-read': {
    severity: 'error',
    breaks: 'rows',
    says: 'This model does not read such media.',
    why: 'Its page lists what it takes.',
    source: { where: "Vertex AI, the model's page", confidence: 'A' },
    mend: 'Take a model that reads it; list_supported_models shows what each reads.',
    given: { model: 'gemini-3.1-flash-image' },
    bad: [file('gs://acme-batch/a.mp4', 'video/mp4')],
    good: GOOD,
  },
  'inline-data-uri': {
    severity: 'error',
    breaks: 'rows',
    says: 'inlineData.data is a data: URI.',
    why: 'It takes the base64 text alone; the type goes to mimeType.',
    source: BLOB,
    mend: 'Remove everything up to the comma.',
    bad: [inline(`data:image/png;base64,${PIXEL}`, 'image/png')],
    good: [inline(PIXEL, 'image/png')],
    fix: stripDataUri,
  },
  'inline-not-base64': {
    severity: 'error',
    breaks: 'rows',
    says: 'inlineData.data is not base64.',
    why: 'The API answers 400 `Base64 decoding failed` for the row.',
    source: BLOB,
    mend: 'Encode the bytes in base64, without line breaks; a Python bytes literal is not base64.',
    bad: [inline("b'iVBORw0KGgo='", 'image/png')],
    good: [inline(PIXEL, 'image/png')],
  },
  'inline-large': {
    severity: 'warning',
    says: 'More than 7 MB stand inside a row.',
    why: 'Inline media have at most 7 MB each, and a job reads at most 1 GB in all.',
    source: { where: "Vertex AI, the models' pages", confidence: 'B' },
    mend: 'Put the file into Cloud Storage and name it with fileData.fileUri.',
    bad: () => [inline('A'.repeat(9_400_000), 'image/png')],
    good: [inline(PIXEL, 'image/png')],
  },
});
