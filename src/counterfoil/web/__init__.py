"""The counter in a browser: pages by audience. A page asks stores and verbs, and words what they answer."""
