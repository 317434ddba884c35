#ifndef TLS_TLSCONF_H
#define TLS_TLSCONF_H

#include "conf/conffile.h"
#include "conf/word.h"

/*
 * The files `tls` and `tls-client`, conf(5): certificates, one a line:
 *
 *   FILE [key=FILE] [name=NAME[,NAME...]]
 *
 * Record: key the place of the line among them, 4 digits; data FILE, that of
 * the key, and the names, a NUL behind each.  The files are not looked at.
 */
extern const struct conffile conffile_tls, conffile_tls_client;

enum {
	TLSCONF_LINES_MAX = 1000,
	TLSCONF_FILE_MAX = 512, /* bytes of a file's name */
	TLSCONF_NAMES_MAX = 100 /* of a line */
};

struct tlsconf {
	const char *file;  /* NUL behind it */
	const char *key;   /* the same file where none was said */
	const char *names; /* commas between, lower case; "" none were said */
};

/* a record's data; the strings point into it.  0, or -1: it is damaged */
int tlsconf_read(struct tlsconf *, const char *data, size_t n);

#endif
