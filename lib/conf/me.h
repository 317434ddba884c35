#ifndef CONF_ME_H
#define CONF_ME_H

enum { ME_MAX = 255, ME_FILE_MAX = 4096 };

/*
 * me_read - the name by which this host calls itself, conf(5)
 *
 * dir  the configuration directory: the first line of DIR/me that says
 *      something; NULL: the system's host name
 * out  receives the name, in room for ME_MAX + 1 bytes; in place of bytes
 *      that no host name has it has hyphens, and no dot at its end
 *
 * Returns 0, or -1 with errno; EINVAL: the file holds no host name.
 */
int me_read(const char *dir, char *out);
/* that line of any file, as it stands; ENODATA: there is none, EINVAL: it is
 * longer than ME_MAX or has a NUL */
int me_read_text(const char *dir, const char *file, char *out);

/*
 * me_doubt - why other servers may not like this name, as it stands in the
 * file, or NULL.  RFC 5321 section 2.3.5 wants a full domain name.
 */
const char *me_doubt(const char *name);
#define ME_ADVICE "other servers may refuse it and cannot answer to it: " \
	"write the full name that this host has in the DNS"

#endif
