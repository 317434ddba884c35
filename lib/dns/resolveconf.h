#ifndef DNS_RESOLVECONF_H
#define DNS_RESOLVECONF_H

#include "conf/conftext.h"
#include <limits.h>

/*
 * The file `resolver`, conf(5): which name servers are asked, and whose
 * signatures count.  All zero: those of /etc/resolv.conf, and nobody's.
 */
enum resolveconf_validate {
	RESOLVECONF_NO,
	RESOLVECONF_AUTO, /* when the name servers hand on signatures */
	RESOLVECONF_YES
};

enum {
	RESOLVECONF_ANCHOR_BYTES_MAX = 65536, /* of a file of keys */
	RESOLVECONF_ZONE_LEN = 256,           /* NUL counted */
	RESOLVECONF_WHY = PATH_MAX + 256      /* bytes of a fault */
};

struct resolveconf {
	char server[CONFTEXT_SERVERS_MAX][CONFTEXT_SERVER_LEN];
	unsigned n_server;
	enum resolveconf_validate validate;
	char *anchor[CONFTEXT_ANCHORS_MAX]; /* files of keys that are trusted */
	unsigned n_anchor;
};

/* one server more, ADDR or ADDR@PORT; -1 if bad, or too many */
int resolveconf_server(struct resolveconf *, const char *);

/*
 * resolveconf_read - the lines of CONFDIR/resolver, if there is such a file
 *
 * Servers that are known already (option -r) stay the only ones.  `validate`
 * counts only for a program that wants its answers checked, which says so
 * beforehand by RESOLVECONF_AUTO.
 *
 * Ends the program, EXIT_TEMP, when the file, or one of its anchors, cannot be
 * read or is bad.
 */
void resolveconf_read(struct resolveconf *, const char *confdir);

/* the same; 0, or -1 with why it cannot be: c is then to be freed all the same */
int resolveconf_load(struct resolveconf *, const char *confdir,
    char why[RESOLVECONF_WHY]);
/* the names of its files of keys */
void resolveconf_free(struct resolveconf *);

/* the file whose keys count: the first of its anchors, or that of the root */
const char *resolveconf_keys(const struct resolveconf *);
/*
 * resolveconf_zone - whose keys they are: owner of the first record of a file
 *
 * Returns 0, or -1 with errno: it cannot be read.
 */
int resolveconf_zone(const char *file, char zone[RESOLVECONF_ZONE_LEN]);
/*
 * resolveconf_anchor - the file that a line `anchor` names
 *
 * dir   the folder of `resolver`
 * p, n  the name in that line
 * path  receives the file's, also when it cannot be read
 *
 * Returns as resolveconf_zone().
 */
int resolveconf_anchor(const char *dir, const char *p, size_t n,
    char path[PATH_MAX]);

#endif
