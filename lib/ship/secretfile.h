#ifndef SHIP_SECRETFILE_H
#define SHIP_SECRETFILE_H

#include <stddef.h>
#include <sys/stat.h>

/*
 * A small file that a destination names, a password or a table, which is read
 * again when it has become another one.  All zero at first, but for path.
 */
enum { SECRETFILE_MAX = 16 << 20 /* bytes */ };

struct secretfile {
	const char *path; /* NULL: there is none */
	/* 1: whoever may read it besides its owner and group is a fault */
	unsigned secret : 1;
	char *text; /* NUL behind it; NULL: not read */
	size_t n;
	struct stat was; /* internal */
};

/* 1: it is there anew; 0: as before, or there is none; -1: *why, and the text
 * of before stays */
int secretfile_look(struct secretfile *, const char **why);
void secretfile_free(struct secretfile *);
/* the first line of text, without its end, cut off in place */
void secretfile_first(struct secretfile *);

#endif
