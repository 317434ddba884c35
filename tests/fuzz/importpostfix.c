#include "import/postfix.h"
#include "imported.h"

/*
 * Tables of Postfix: the first byte of a piece says which map and which type,
 * pieces end at a NUL.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	struct slice rest = { (const char *)in, size }, one;
	struct postfix p = { .origin = NULL };
	struct postfix_operand o = { .file = "f" };
	unsigned char c;

	imported_begin();
	while (rest.n > 0 && word_piece(&rest, '\0', &one)) {
		if (one.n == 0)
			continue;
		c = (unsigned char)one.p[0];
		o.map = c % POSTFIX_MAPS;
		o.kind = o.map == POSTFIX_ALIASES ? MAPTABLE_ALIASES
		    : c & 64                      ? MAPTABLE_REGEX
						  : MAPTABLE_EXACT;
		p.site.names_are_hosts = c >> 7;
		p.origin = c & 32 ? "origin.example" : NULL;
		postfix_add(&p, &imported, &o, one.p + 1, one.n - 1);
	}
	postfix_import(&p, &imported);
	postfix_free(&p);
	imported_end();
	return 0;
}
