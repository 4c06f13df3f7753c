import type { ReactNode } from 'react';

/** A name and what it is; undefined ones are left out. */
export type Fact = readonly [name: string, value: ReactNode];

/** A titled table of facts. */
export function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  return (
    <section className="facts">
      <h2>{title}</h2>
      <table className="table">
        <tbody>
          {facts
            .filter(([, value]) => value !== undefined && value !== '' && value !== null)
            .map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
