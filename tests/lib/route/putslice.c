/* labels that stand only with a value */
#include "route/putslice.h"
#include "tap.h"

int
main(void)
{
	struct buf b = { 0 };

	is_num(putslice(&b, "a", (struct slice){ NULL, 0 }), 0, "none");
	is_num(putslice(&b, "b", (struct slice){ "1\t23", 3 }), 0, "a value");
	is_num(putslice(&b, "c", (struct slice){ "", 0 }), 0, "an empty one");
	is_num(putslice(&b, "d", (struct slice){ "4", 1 }), 0, "another");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "b:1\\t2\td:4", "what stands there");
	buf_free(&b);
	return done();
}
