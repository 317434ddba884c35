#include "import/pmta.h"
#include "imported.h"

/* the configuration of a PowerMTA: files end at a NUL */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	struct slice rest = { (const char *)in, size }, one;
	struct pmta p = { .import = &imported };

	imported_begin();
	while (rest.n > 0 && word_piece(&rest, '\0', &one))
		if (pmta_read(&p, "f", one.p, one.n) == -1)
			break;
	pmta_finish(&p);
	imported_end();
	return 0;
}
