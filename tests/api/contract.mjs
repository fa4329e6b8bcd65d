// Holds answers against the OpenAPI document that the program itself serves, by an independent validator.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export class Contract {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'api');
    this.validators = new Map();
    // Literal paths before those with parameters: /people/me is not a person called "me".
    this.paths = Object.keys(document.paths)
      .map((pattern) => ({
        pattern,
        literal: pattern.split('/').filter((part) => part && !part.startsWith('{')).length,
        matches: new RegExp(`^${pattern.split(/\{[^}]+\}/).map(escape).join('[^/]+')}$`),
      }))
      .sort((a, b) => b.literal - a.literal);
  }

  // What is wrong with the answer by the document: a list of sentences.
  complaints(method, path, answer) {
    const plain = path.split('?')[0];
    const serverPath = (this.document.servers?.[0]?.url ?? '').replace(/^https?:\/\/[^/]+/, '').replace(/\/$/, '');
    const found = this.paths.find(({ matches }) => matches.test(plain) || matches.test(serverPath + plain) || matches.test(`/api/v1${plain}`));
    if (!found) return answer.status === 404 ? [] : [`the document has no path ${plain}`];
    const operation = this.document.paths[found.pattern][method.toLowerCase()];
    if (!operation) return answer.status === 405 ? [] : [`the document has no ${method} ${found.pattern}`];
    const response = operation.responses[answer.status] ?? operation.responses.default;
    if (!response) return [`${method} ${found.pattern} doesn't document status ${answer.status}`];
    const resolved = response.$ref ? this.resolve(response.$ref) : response;
    const type = answer.type.split(';')[0];
    if (!resolved.content) return answer.text ? [`status ${answer.status} should have no body`] : [];
    const content = resolved.content[type];
    if (!content) return [`${method} ${found.pattern} doesn't document ${type} for ${answer.status}`];
    if (!answer.json || !content.schema) return [];
    const validate = this.validator(content.schema);
    if (validate(answer.json)) return [];
    return validate.errors.map((error) => `${error.instancePath || 'the body'} ${error.message} ${JSON.stringify(error.params)}`);
  }

  resolve(ref) {
    return ref.slice(2).split('/').reduce((node, part) => node[part.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
  }

  validator(schema) {
    const key = JSON.stringify(schema);
    if (!this.validators.has(key)) {
      const absolute = JSON.parse(key, (name, value) => (name === '$ref' && value.startsWith('#') ? `api${value}` : value));
      this.validators.set(key, this.ajv.compile(absolute));
    }
    return this.validators.get(key);
  }
}
