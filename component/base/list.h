/* list.h - intrusive doubly linked list. The comment at each head says what links into it.
 *
 *     struct list chats;  // chat::link
 *     list_for_each(struct chat, chat, &queue->chats, link) { ... }
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev;
    struct list *next;
};

#define LIST_OF(type, node, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

static inline void list_init(struct list *head)
{
    head->prev = head;
    head->next = head;
}

static inline bool list_is_empty(const struct list *head)
{
    return head->next == head;
}

static inline void list_insert_before(struct list *position, struct list *node)
{
    node->prev = position->prev;
    node->next = position;
    position->prev->next = node;
    position->prev = node;
}

static inline void list_append(struct list *head, struct list *node)
{
    list_insert_before(head, node);
}

static inline void list_prepend(struct list *head, struct list *node)
{
    list_insert_before(head->next, node);
}

/* Unlinks; a node that was only list_init'ed may be removed too. The node is as after list_init. */
static inline void list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* The body may not remove the current node; use list_for_each_safe for that. */
#define list_for_each(type, item, head, member)                                                    \
    for (type *item = LIST_OF(type, (head)->next, member); &item->member != (head);                \
         item = LIST_OF(type, item->member.next, member))

#define list_for_each_safe(type, item, head, member)                                               \
    for (type *item = LIST_OF(type, (head)->next, member),                                         \
              *item##_next = LIST_OF(type, item->member.next, member);                             \
         &item->member != (head);                                                                  \
         item = item##_next, item##_next = LIST_OF(type, item->member.next, member))
