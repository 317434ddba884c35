#ifndef SHIP_HTTPFILES_H
#define SHIP_HTTPFILES_H

#include "ship/httplink.h"

/* The files that the keys of a destination over HTTP name: secrets, which nobody
 * else may read, fields of a header, tables. */

/* which ones; before the first look */
void httpfiles_name(struct httplink *);
/* those that have changed are read: 0, or -1 and in text which one will not do,
 * and why */
int httpfiles_look(struct httplink *, char *text, size_t size);
/* the same of one more secret-file: NULL, or why not */
const char *httpfiles_secret(struct secretfile *);

#endif
