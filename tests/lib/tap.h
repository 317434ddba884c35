#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdio.h>
#include <string.h>

/* TAP for unit tests: ok(), is_str(), is_num(), and done() at the end */
static int tap_n, tap_bad;

static inline int
ok(int good, const char *name)
{
	tap_n++;
	if (!good)
		tap_bad++;
	printf("%sok %d - ", good ? "" : "not ", tap_n);
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < 0x20 || *name == '#')
			printf("\\x%02x", (unsigned char)*name);
		else
			putchar(*name);
	putchar('\n');
	return good;
}

static inline int
is_num(long long got, long long want, const char *name)
{
	if (!ok(got == want, name)) {
		printf("# got %lld, want %lld\n", got, want);
		return 0;
	}
	return 1;
}

static inline int
is_str(const char *got, const char *want, const char *name)
{
	if (!ok(strcmp(got, want) == 0, name)) {
		printf("# got  %s\n# want %s\n", got, want);
		return 0;
	}
	return 1;
}

static inline int
done(void)
{
	printf("1..%d\n", tap_n);
	return tap_bad > 0;
}

#endif
