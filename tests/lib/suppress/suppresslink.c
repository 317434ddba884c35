/* the sizes between which the journal is compiled; the link itself runs in
 * tests/cmd/suppress.t */
#include "suppress/suppresslink.h"
#include "suppress/suppressed.h"
#include "tap.h"

int
main(void)
{
	ok(SUPPRESSLINK_LEAST < SUPPRESSLINK_MOST, "least and most");
	ok(SUPPRESSLINK_MOST < SUPPRESSED_TAIL_MAX / 2,
	    "it is compiled long before readers have too much");
	return done();
}
