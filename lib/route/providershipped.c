#include "route/providerfile.h"

/* the text as it stands in the source, as that of lib/failure/shipped.c */
__asm__(".pushsection .rodata\n"
	".globl provider_shipped\n"
	".globl provider_shipped_end\n"
	"provider_shipped:\n"
	".incbin \"lib/route/providerlist\"\n"
	"provider_shipped_end:\n"
	".byte 0\n"
	".popsection\n");
