#ifndef TESTS_LOGGED_H
#define TESTS_LOGGED_H

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is written on descriptor 2, from logged_begin() on. */
enum { LOGGED_ROOM = 1 << 20 };

static inline void
logged_begin(void)
{
	int fd = memfd_create("log", 0);

	if (fd == -1 || dup2(fd, 2) == -1)
		printf("Bail out! no log\n");
	close(fd);
}

/* since the last call; valid until the next */
static inline const char *
logged(void)
{
	static char text[LOGGED_ROOM];
	ssize_t n = pread(2, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	if (ftruncate(2, 0) == -1 || lseek(2, 0, SEEK_SET) == -1)
		printf("Bail out! no log\n");
	return text;
}

#endif
