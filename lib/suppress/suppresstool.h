#ifndef SUPPRESS_SUPPRESSTOOL_H
#define SUPPRESS_SUPPRESSTOOL_H

#include "suppress/suppressline.h"

/* What people do with lists, suppress(8): the verbs of the command line.  What
 * cannot be done ends the program. */
struct suppresstool {
	const char *dir;
	/* what a line says beside the address; since_s is the time it is now */
	struct suppressline model;
	unsigned hashed : 1, has_tenant : 1, has_stream : 1;
};

/* each returns the exit status; word: addresses or sha256:HASH, NULL behind the
 * last */
int suppresstool_add(const struct suppresstool *, char **word);
/* EXIT_NONE: one of them was not there */
int suppresstool_remove(const struct suppresstool *, char **word);
/* of a tenant and a stream the entry that stops its mail, without both all that
 * is known.  EXIT_NONE: no entry of what was asked holds for any of them */
int suppresstool_look(const struct suppresstool *, char **word);
int suppresstool_compile(const struct suppresstool *);
/* EXIT_PERM: there were lines that are none */
int suppresstool_import(const struct suppresstool *);
int suppresstool_export(const struct suppresstool *);

#endif
