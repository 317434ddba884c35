#include "import/kumo.h"
#include "imported.h"

/* shaping files of a KumoMTA, and so TOML: files end at a NUL */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	struct slice rest = { (const char *)in, size }, one;
	struct kumo k = { .import = &imported };

	imported_begin();
	while (rest.n > 0 && word_piece(&rest, '\0', &one))
		if (kumo_read(&k, "f", one.p, one.n) == -1)
			break;
	kumo_finish(&k);
	imported_end();
	return 0;
}
