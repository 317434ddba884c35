#ifndef TESTS_STSDATA_H
#define TESTS_STSDATA_H

#include "base/ascii.h"
#include "base/fd.h"
#include "tap.h"
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * The cases of ../shared/testdata/mta-sts, or of $ROHRPOST_TESTDATA: a line
 * each, a JSON string, good or bad, and why, with tabs between.
 */

/* a string of JSON without its quotes, in place; its length */
static inline size_t
stsdata_string(char *p, size_t n)
{
	static const char letters[] = "n\nt\tr\rb\bf\f";
	size_t i, k = 0;
	const char *l;

	for (i = 0; i < n; i++) {
		if (p[i] != '\\' || i + 1 == n) {
			p[k++] = p[i];
			continue;
		}
		i++;
		l = strchr(letters, p[i]);
		if (p[i] == 'u' && i + 4 < n) {
			p[k++] =
			    (char)strtoul((char[]){ p[i + 3], p[i + 4], '\0' },
				NULL, 16);
			i += 4;
		} else {
			p[k++] = l == NULL ? p[i] : l[1];
		}
	}
	return k;
}

static inline void
stsdata_line(char *line, int (*is_good)(const char *, size_t), const char *file)
{
	char *tab = strchr(line, '\t'), *end = NULL, name[300];
	int want;

	if (tab != NULL)
		end = tab;
	if (line[0] != '"' || end == NULL || end[-1] != '"') {
		ok(0, "a line of the cases that is none");
		return;
	}
	want = strncmp(tab + 1, "good", 4) == 0;
	snprintf(name, sizeof name, "%s: %s", file, line);
	is_num(is_good(line + 1,
		   stsdata_string(line + 1, (size_t)(end - 1 - line - 1))),
	    want, name);
}

/* every case of a file: is it what is said there? */
static inline void
stsdata(const char *file, int (*is_good)(const char *, size_t))
{
	const char *dir = getenv("ROHRPOST_TESTDATA");
	char path[PATH_MAX] = "", *text, *line, *next;
	unsigned up;
	size_t n;

	if (dir != NULL) {
		snprintf(path, sizeof path, "%s/mta-sts/%s", dir, file);
	} else if (readlink("/proc/self/exe", path, sizeof path - 100) > 0) {
		for (up = 0; up < 4 && strrchr(path, '/') != NULL; up++)
			*strrchr(path, '/') = '\0';
		strcat(path, "/../shared/testdata/mta-sts/");
		strcat(path, file);
	}
	if (fd_slurp(path, 1 << 20, &text, &n) == -1) {
		tap_n++;
		printf("ok %d # SKIP no test data: %s\n", tap_n, path);
		return;
	}
	line = strchr(text, '\n'); /* behind the names of the columns */
	for (; line != NULL && line[1] != '\0'; line = next) {
		next = strchr(line + 1, '\n');
		if (next != NULL)
			*next = '\0';
		stsdata_line(line + 1, is_good, file);
		if (next != NULL)
			*next = '\n';
	}
	free(text);
}

#endif
