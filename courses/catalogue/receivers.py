from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.search.index import insert_or_update_object
from wagtail.signals import page_published

from courses.catalogue.models import CoursePage, Subject

# Wagtail indexes a page when its row is saved, which is before its topics are: without these two, a search would
# never find a course by its topic.


@receiver(page_published, sender=CoursePage, dispatch_uid="index_course_with_its_topics")
def index_course_with_its_topics(instance: CoursePage, **kwargs) -> None:
    insert_or_update_object(instance)


@receiver(post_save, sender=Subject, dispatch_uid="index_courses_of_a_renamed_topic")
def index_courses_of_a_renamed_topic(instance: Subject, created: bool, raw: bool = False, **kwargs) -> None:
    if created or raw:
        return
    for course in CoursePage.objects.filter(subjects=instance):
        insert_or_update_object(course)
