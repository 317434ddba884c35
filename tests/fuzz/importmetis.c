#include "import/metis.h"
#include "imported.h"

/* the configuration of a Metis, and so terms of Erlang: files end at a NUL, and
 * are called a, b and so on */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	static const char *const name[] = { "a", "b", "c", "d" };
	struct slice rest = { (const char *)in, size }, one;
	struct metis m = { .import = &imported };

	imported_begin();
	while (rest.n > 0 && m.files < 4 && word_piece(&rest, '\0', &one))
		metis_add(&m, name[m.files], one.p, one.n);
	if (m.files > 0)
		metis_finish(&m);
	imported_end();
	return 0;
}
