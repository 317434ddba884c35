#ifndef CONF_HOSTNAME_H
#define CONF_HOSTNAME_H

enum { HOSTNAME_MAX = 255, HOSTNAME_FILE_MAX = 4096 };

/*
 * hostname_read - the name by which this host calls itself, conf(5)
 *
 * dir  the configuration directory: the first line of DIR/me that says
 *      something; NULL: the system's host name
 * out  receives the name, in room for HOSTNAME_MAX + 1 bytes; in place of bytes
 *      that no host name has it has hyphens, and no dot at its end
 *
 * Returns 0, or -1 with errno; EINVAL: the file holds no host name.
 */
int hostname_read(const char *dir, char *out);
/* the same line of any file, as it stands; 0, or -1 with errno: ENODATA there
 * is none, EINVAL it is longer than HOSTNAME_MAX or has a NUL */
int hostname_read_text(const char *dir, const char *file, char *out);

/*
 * hostname_doubt - why other servers may not like this name, as it stands in the
 * file, or NULL.  RFC 5321 section 2.3.5 wants a full domain name.
 */
const char *hostname_doubt(const char *name);
#define HOSTNAME_ADVICE \
	"other servers may refuse it and cannot answer to it: " \
	"write the full name that this host has in the DNS"

#endif
