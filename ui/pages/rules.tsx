export function RulesPage() { return <p>Rules</p>; }
