#include "api/apidoc.h"

/* the text as it stands in the source */
__asm__(".pushsection .rodata\n"
	".globl apidoc_text\n"
	".globl apidoc_text_end\n"
	"apidoc_text:\n"
	".incbin \"doc/openapi.json\"\n"
	"apidoc_text_end:\n"
	".byte 0\n"
	".popsection\n");

extern const char apidoc_text[], apidoc_text_end[];

struct slice
apidoc(void)
{
	return (struct slice){ apidoc_text,
		(size_t)(apidoc_text_end - apidoc_text) };
}
