"""The bundled component: one row at a time, decided by keys."""
