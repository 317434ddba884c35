#ifndef FUZZ_SCRATCH_H
#define FUZZ_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *scratch_dir;

static int
scratch_take_away(const char *path, const struct stat *st, int type,
    struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static void
scratch_clean_up(void)
{
	nftw(scratch_dir, scratch_take_away, 8, FTW_DEPTH | FTW_PHYS);
}

/* a folder that is gone with the fuzzer: a name for mkdtemp(), which stays.
 * 0, or -1 with errno */
static int
scratch_make(char *template)
{
	if (mkdtemp(template) == NULL)
		return -1;
	scratch_dir = template;
	return atexit(scratch_clean_up) == 0 ? 0 : -1;
}

#endif
