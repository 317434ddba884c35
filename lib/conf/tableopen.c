#include "conf/tableopen.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
tableopen(struct table *t, const char *confdir, const char *name)
{
	char *path, *text;

	needs(asprintf(&path, "%s/%s.cdb", confdir, name));
	needs(asprintf(&text, "%s/%s", confdir, name));
	if (table_open(t, path) == -1) {
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to open %s: %m", path);
		if (access(text, F_OK) == 0)
			die(EXIT_TEMP, "%s is not compiled: run conf-build %s",
			    text, confdir);
	}
	free(text);
}
