#include "failure/failurefile.h"
#include "failure/replyfile.h"

/* the texts as they stand in the source, so that no program is without them and
 * each release brings its own */
__asm__(".pushsection .rodata\n"
	".globl failure_shipped\n"
	".globl failure_shipped_end\n"
	"failure_shipped:\n"
	".incbin \"lib/failure/classes\"\n"
	"failure_shipped_end:\n"
	".byte 0\n"
	".globl reply_shipped\n"
	".globl reply_shipped_end\n"
	"reply_shipped:\n"
	".incbin \"lib/failure/replies\"\n"
	"reply_shipped_end:\n"
	".byte 0\n"
	".popsection\n");

struct slice
failure_shipped_line(unsigned n)
{
	struct slice rest = { failure_shipped,
		(size_t)(failure_shipped_end - failure_shipped) };
	struct slice line = { failure_shipped, 0 };

	for (; n > 0; n--)
		if (!word_piece(&rest, '\n', &line))
			return (struct slice){ failure_shipped, 0 };
	return line;
}
