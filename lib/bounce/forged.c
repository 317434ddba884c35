#include "bounce/forged.h"

const char *
forged(struct slice spf, struct slice dmarc)
{
	if (word_is(spf, "fail") && !word_is(dmarc, "pass"))
		return "spf";
	if (word_is(dmarc, "fail") && !word_is(spf, "pass"))
		return "dmarc";
	return NULL;
}
