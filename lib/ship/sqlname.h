#ifndef SHIP_SQLNAME_H
#define SHIP_SQLNAME_H

#include <stddef.h>

/* Names of tables that stand in a statement as they are: letters, digits and '_',
 * and no digit first.  Pure. */
enum { SQLNAME_MAX = 63 /* bytes of one */ };

/* is p[0..n) one? */
int sqlname_ok(const char *p, size_t n);

/*
 * sqlname_split - TABLE or SCHEMA.TABLE
 *
 * schema  receives how many bytes in front are the schema, 0: there is none
 *
 * Returns the table's name, a part of p, or NULL: it is none of both.
 */
const char *sqlname_split(const char *p, size_t *schema);

#endif
