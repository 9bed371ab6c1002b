# The course in a container: docker build -t course . && docker run --rm -p 8888:8888 course
# What you do stays in the container unless a folder of yours is mounted on /home/learner/course/notebooks.
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap git make \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 learner
USER learner
WORKDIR /home/learner/course

# the packages first: they change less often than the course
COPY --chown=learner Makefile requirements.txt pyproject.toml README.md LICENSE* ./
COPY --chown=learner course_utils/__init__.py course_utils/
COPY --chown=learner course_utils/widgets/*.json course_utils/widgets/
RUN make .venv/.ready TORCH=cpu PYTHON=python3 && rm -rf ~/.cache

COPY --chown=learner . .
RUN touch .venv/.ready
EXPOSE 8888
CMD ["make", "lab", "TORCH=cpu", "LAB=--no-browser --ip=0.0.0.0"]
