/* what is under way, by its number */
#include "base/byid.h"
#include "tap.h"

int
main(void)
{
	struct byid b = { .last = 0 };
	struct byid_node one = { .id = 0 }, two = one, three = one;

	is_num(byid_add(&b, &one), 0, "one");
	is_num(byid_add(&b, &two), 0, "two");
	is_num(one.id, 1, "the first number");
	is_num(two.id, 2, "the next");
	ok(byid_find(&b, 1) == &one && byid_find(&b, 2) == &two, "are found");
	ok(byid_find(&b, 3) == NULL && byid_find(&b, 0) == NULL, "no others");
	byid_remove(&b, &one);
	is_num(one.id, 0, "is not in there");
	ok(byid_find(&b, 1) == NULL && byid_find(&b, 2) == &two, "it alone");
	/* around: neither 0, nor one that is still under way */
	b.last = UINT32_MAX - 1;
	is_num(byid_add(&b, &three), 0, "the last number");
	ok(three.id == UINT32_MAX, "is one");
	byid_add(&b, &one);
	is_num(one.id, 1, "then the first again");
	byid_remove(&b, &one);
	byid_add(&b, &one);
	is_num(one.id, 3, "but not that of another");
	byid_free(&b);
	return done();
}
