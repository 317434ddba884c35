/* warnings that are not said each time */
#include "base/seldom.h"
#include "tap.h"

int
main(void)
{
	struct seldom s = { 0 };

	is_num(seldom(&s, 5, 100), 1, "the first, soon after the start");
	is_num(seldom(&s, 104, 100), 0, "not within the while");
	is_num(seldom(&s, 105, 100), 1, "behind it");
	is_num(seldom(&s, 204, 100), 0, "which begins anew");
	seldom_good(&s);
	is_num(seldom(&s, 204, 100), 1, "after it went well");
	is_num(seldom(&s, 205, 100), 0, "once");
	return done();
}
