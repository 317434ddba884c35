#include "send/loginread.h"
#include "smtp/authout.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
loginread_free(struct loginread *l)
{
	if (l->room != NULL)
		explicit_bzero(l->room, l->len);
	free(l->room);
	memset(l, 0, sizeof *l);
}

/* may it be read, and is it for us alone?  NULL, or what is wrong */
static const char *
look(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "no regular file";
	if (st.st_mode & 077)
		return "others may read or write it: chmod 600";
	if (st.st_size > LOGINREAD_BYTES_MAX)
		return "too large";
	return NULL;
}

/* all of it, with a NUL behind; NULL, or what is wrong */
static const char *
load(struct loginread *l, int fd)
{
	ssize_t n = 0;

	l->len = LOGINREAD_BYTES_MAX + 2;
	if ((l->room = calloc(1, l->len)) == NULL)
		return strerror(errno);
	for (size_t at = 0; at <= LOGINREAD_BYTES_MAX; at += (size_t)n) {
		n = read(fd, l->room + at, LOGINREAD_BYTES_MAX + 1 - at);
		if (n == -1)
			return strerror(errno);
		if (n == 0)
			return memchr(l->room, '\0', at) == NULL
			    ? NULL
			    : "a NUL in it";
	}
	return "too large";
}

/* the line of a name is cut in two; NULL, or what is wrong */
static const char *
cut(struct loginread *l, char *user)
{
	char *blank = strchr(user, ' ');

	if (blank == NULL || blank == user || blank[1] == '\0')
		return "want NAME USER PASSWORD";
	if (blank - user > AUTHOUT_USER_MAX ||
	    strlen(blank + 1) > AUTHOUT_PASSWORD_MAX)
		return "too long a login";
	*blank = '\0';
	l->user = user;
	l->password = blank + 1;
	return NULL;
}

static const char *
find(struct loginread *l, const char *name)
{
	size_t n = strlen(name);
	char *line, *save;

	for (line = strtok_r(l->room, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		if (line[0] != '#' && strncmp(line, name, n) == 0 &&
		    line[n] == ' ')
			return cut(l, line + n + 1);
	return "no such login in it";
}

int
loginread(struct loginread *l, const char *file, const char *name,
    char why[LOGINREAD_WHY])
{
	const char *bad;
	int fd;

	memset(l, 0, sizeof *l);
	if (file == NULL) {
		snprintf(why, LOGINREAD_WHY, "%s: there is no -L", name);
		return -1;
	}
	/* a FIFO must not hold us up */
	fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bad = fd == -1 ? strerror(errno) : look(fd);
	if (bad == NULL)
		bad = load(l, fd);
	if (bad == NULL)
		bad = find(l, name);
	if (fd != -1)
		close(fd);
	if (bad == NULL)
		return 0;
	loginread_free(l);
	snprintf(why, LOGINREAD_WHY, "%.64s: %.80s: %.40s", name, file, bad);
	return -1;
}
