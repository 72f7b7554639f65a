import type { OpenApi, Operation, Parameter } from './openapi.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The API as a page for people: no script of anybody else's, nothing from elsewhere. */
export function referencePage(document: OpenApi): string {
  const groups = groupsOf(document);
  const index = groups.map(([tag, operations]) => `<a href="#${tag}">${text(tag)} <i>${operations.length}</i></a>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waybill API</title><link rel="stylesheet" href="/docs/reference.css"></head>
<body><header><h1>Waybill API <small>${text(document.info.version)}</small></h1>
<p>${text(document.info.description)} The same for programs: <a href="/openapi.json">openapi.json</a>.</p>
<input id="search" type="search" placeholder="Search routes and fields" aria-label="Search routes and fields"></header>
<nav aria-label="Groups">${index.join('')}</nav>
<main>${groups.map(([tag, operations]) => groupSection(tag, operations)).join('')}
<p id="nothing" hidden>No route has this in it.</p></main>
<script src="/docs/reference.js"></script></body></html>`;
}

type Shown = { readonly method: string; readonly path: string; readonly operation: Operation };

function groupsOf({ paths }: OpenApi): readonly (readonly [string, readonly Shown[]])[] {
  const groups = new Map<string, Shown[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0] ?? '';
      groups.set(tag, [...(groups.get(tag) ?? []), { method, path, operation }]);
    }
  }
  return [...groups].toSorted(([one], [other]) => one.localeCompare(other));
}

function groupSection(tag: string, operations: readonly Shown[]): string {
  return `<section id="${tag}"><h2>${text(tag)}</h2>${operations.map(operationDetails).join('')}</section>`;
}

function operationDetails({ method, path, operation }: Shown): string {
  const { summary, parameters, requestBody, security } = operation;
  const body = requestBody?.content['application/json']?.schema;
  return `<details id="${operation.operationId}"><summary><b class="${method}">${method.toUpperCase()}</b>
<code>${text(path)}</code> <span>${text(summary)}</span></summary>
<p>${security.length === 0 ? 'Anybody may.' : `Needs a key that may <code>${text(operation['x-action'])}</code>.`}</p>
${parameters.length === 0 ? '' : fieldTable('Parameters', parameters.map(parameterRow))}
${body === undefined ? '' : bodyTable(body)}</details>`;
}

function parameterRow({ name, in: place, required, schema }: Parameter): string {
  return row(name, `${typeOf(schema)}, in the ${place}`, required, schema);
}

function bodyTable(schema: Schema): string {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const rows = Object.entries(properties).map(([name, each]) => row(name, typeOf(each), required.includes(name), each));
  return rows.length === 0 ? '<p>A JSON body, of its dialect.</p>' : fieldTable('Body', rows);
}

function fieldTable(title: string, rows: readonly string[]): string {
  return `<h3>${title}</h3><table><thead><tr><th>Field</th><th>Type</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function row(name: string, type: string, isRequired: boolean, schema: Schema): string {
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  const mark = isRequired ? ' <em>required</em>' : '';
  return `<tr><td><code>${text(name)}</code>${mark}</td><td>${text(type)}</td><td>${text(description)}</td></tr>`;
}

function typeOf(schema: Schema): string {
  const { type, anyOf, enum: values, const: only } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((each) => typeOf(each as Schema)))].join(' | ');
  if (type === 'array') return `list of ${typeOf((schema['items'] ?? {}) as Schema)}`;
  if (type === 'object' && typeof schema['additionalProperties'] === 'object') {
    return `object of ${typeOf(schema['additionalProperties'] as Schema)}`;
  }
  if (Array.isArray(type)) return type.join(' | ');
  return typeof type === 'string' ? type : 'anything';
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
