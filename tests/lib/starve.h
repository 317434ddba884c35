#ifndef TESTS_STARVE_H
#define TESTS_STARVE_H

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * what() in a child that has no memory left: its result, 0 to 254; -1 where that
 * cannot be, under a sanitizer that keeps memory of its own.
 */
static int
starve(int (*what)(void))
{
	static void *volatile last;
	struct rlimit none = { 0, 0 };
	int st = 0;
	pid_t pid;
	size_t n;

#if defined(__SANITIZE_ADDRESS__)
	return -1;
#endif
	if ((pid = fork()) == 0) {
		setrlimit(RLIMIT_AS, &none);
		for (n = 65536; n >= 16; n -= 16)
			do
				last = malloc(n);
			while (last != NULL);
		_exit(what());
	}
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : 255;
}

#endif
