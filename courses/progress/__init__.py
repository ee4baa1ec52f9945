"""What a learner has done; decides and announces completion.
May import all other courses packages."""
