/* which files become tables: each once, and each is known by its name */
#include "confbuild/subjects.h"
#include "conf/confname.h"
#include "tap.h"

int
main(void)
{
	const struct conffile *const *a, *const *b;

	for (a = confbuild_subjects; *a != NULL; a++) {
		ok(confname_of((*a)->name) == CONFNAME_KNOWN, (*a)->name);
		for (b = a + 1; *b != NULL; b++)
			if (strcmp((*a)->name, (*b)->name) == 0)
				ok(0, "it is there twice");
	}
	ok(a - confbuild_subjects > 10, "all of them");
	return done();
}
