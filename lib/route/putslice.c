#include "route/putslice.h"
#include "format/ltsv.h"

int
putslice(struct buf *b, const char *label, struct slice s)
{
	return s.n == 0 ? 0 : ltsv_put(b, label, s.p, s.n);
}
