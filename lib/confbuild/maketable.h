#ifndef CONFBUILD_MAKETABLE_H
#define CONFBUILD_MAKETABLE_H

#include "base/cdbwrite.h"
#include "base/table.h"
#include "confbuild/faults.h"
#include "conf/conffile.h"
#include "conf/lookup.h"
#include <limits.h>

/*
 * The tables of a configuration folder: each subject's text read and made into
 * a cdb in memory, looked up in, and only when all of them are good put in the
 * place of the old ones.  What fails for another reason than what a text says
 * ends the program with EXIT_TEMP, and nothing is replaced, but where a
 * rename fails behind another one.
 */
struct maketable {
	const struct conffile *subject;
	char path[PATH_MAX], final[PATH_MAX], temp[PATH_MAX];
	unsigned lineno; /* that is read */
	int wanted;      /* it is to be made */
	int made;        /* cdb is whole */
	mode_t mode;     /* of the text, and so of the table */
	struct cdbwrite cdb;
	struct table old; /* the table in force, when this one is not made */
	struct maketables *of;
};

struct maketables {
	const char *dir; /* the configuration folder; the caller's */
	struct maketable *all;
	size_t n;
	struct conffaults *faults; /* the caller's */
	/* what was made of aliases and of routes, for routecheck.h: keys, and
	 * records, an LF behind each */
	struct buf alias_keys, rules;
	/* other forms of local domains: FORM, a tab, the record, an LF */
	struct buf forms;
};

/*
 * maketable_open - begin
 *
 * dir, subjects  live as long as the tables; subjects end in NULL
 * faults         are told what is wrong in a text
 *
 * Nothing is read yet.  EXIT_PERM when the folder's name is too long.
 */
void maketable_open(struct maketables *, const char *dir,
    const struct conffile *const *subjects, struct conffaults *faults);
/* make this one: 0, or -1: there is no such subject */
int maketable_want(struct maketables *, const char *name);
void maketable_want_all(struct maketables *);
/* read what is wanted, and open the tables in force of the others */
void maketable_read(struct maketables *);

/* this subject as it will be, until maketable_replace(); its lookup's arg is
 * the struct maketable */
struct lookup maketable_lookup(struct maketables *, const struct conffile *);
/*
 * maketable_replace - all that was made, in force
 *
 * dirfd  the folder
 *
 * Each is written and synced before the first one takes its name; the folder
 * is synced behind the last.  Where one cannot take its name, it is said how
 * many have theirs.
 */
void maketable_replace(struct maketables *, int dirfd);

/* DIR/BEFORE NAME AFTER into out; EXIT_PERM when it is too long */
void maketable_path(char out[PATH_MAX], const char *dir, const char *before,
    const char *name, const char *after);
/*
 * maketable_text - a text of the folder, whole
 *
 * Returns its n bytes, for the caller to free, or NULL: there is none.
 */
char *maketable_text(const char *path, size_t *n);

#endif
