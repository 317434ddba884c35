#ifndef BASE_ME_H
#define BASE_ME_H

/*
 * me_read - the name by which this host calls itself, conf(5)
 *
 * dir  the configuration directory: the first line of DIR/me that says
 *      something; NULL: the system's host name
 * out  receives the name, in room for ME_MAX + 1 bytes
 *
 * Returns 0, or -1 with errno; EINVAL: the file holds no host name.
 */
enum { ME_MAX = 255, ME_FILE_MAX = 4096 };
int me_read(const char *dir, char *out);

#endif
