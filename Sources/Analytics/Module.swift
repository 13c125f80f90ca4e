// Facts and rollups (docs/architecture.md, section 5) come here; the module holds its place in the order of imports.
