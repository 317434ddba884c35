#ifndef CONF_CONFNAME_H
#define CONF_CONFNAME_H

/* Names of files in a configuration folder, conf(5). */
enum confname {
	CONFNAME_KNOWN,  /* a program reads it, or it is a table of one */
	CONFNAME_BACKUP, /* what an editor or a package left */
	CONFNAME_OTHER   /* nobody reads it by this name */
};

enum confname confname_of(const char *name);
/* the known name that is meant, by what is alike; NULL: none is */
const char *confname_meant(const char *name);

#endif
